#include "daemon/negotiation.hpp"

#include <gtest/gtest.h>

namespace planwatch {
namespace {

TEST(Negotiation, openmetrics_is_for_those_who_name_it_and_want_it_most)
{
    const struct { const char* accept; bool openmetrics;
    } cases[] = {
        {"", false},
        {"*/*", false},
        {"text/html,application/xhtml+xml,*/*;q=0.8", false},
        {"application/json", false},
        {"text/plain", false},
        {"application/*", false},
        {"application/openmetrics-text", true},
        {"Application/OpenMetrics-Text; Version=1.0.0", true},
        {"application/openmetrics-text;version=\"1.0.0\"", true},
        {"application/openmetrics-text;version=0.0.1", false},
        {"application/openmetrics-text;version=2.0.0,text/plain;q=0.1", false},
        {"application/openmetrics-text;q=0", false},
        {"application/openmetrics-text;q=0.4,text/plain;q=0.5", false},
        {"application/openmetrics-text;q=0.5,text/plain;q=0.5", true},
        {"application/openmetrics-text;q=0.5,*/*;q=0.9", false},
        {"text/plain;version=1.0.0;q=0.9,application/openmetrics-text;q=0.5", true},
        {"text/plain;q=0.25;charset=utf-8 , application/openmetrics-text ; q=0.251", true},
        {"application/openmetrics-text;q=1.5,text/plain;q=0.1", false},
        {"application/openmetrics-text;q=abc", false},
        {"x/y;a=\"application/openmetrics-text,\",text/plain", false},
        {"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true},
        {"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
         "text/plain;version=0.0.4;q=0.3,*/*;q=0.2", true},
    };
    for (const auto& [accept, openmetrics] : cases)
        EXPECT_EQ(negotiate_format(accept), openmetrics ? ExpositionFormat::openmetrics : ExpositionFormat::text) << accept;
}

TEST(Negotiation, gzip_is_for_those_who_accept_it)
{
    const struct { const char* field; bool gzip;
    } cases[] = {
        {"", false},
        {"gzip", true},
        {"GZIP", true},
        {"x-gzip", true},
        {"deflate, gzip;q=1.0, *;q=0.5", true},
        {"*", true},
        {"*;q=0", false},
        {"gzip;q=0, *", false},
        {"identity", false},
        {"identity;q=0, gzip;q=0.1", true},
        {"identity;q=1, gzip;q=0.5", false},
        {"br, zstd", false},
        {"gzip;q=", false},
    };
    for (const auto& [field, gzip] : cases) EXPECT_EQ(accepts_gzip(field), gzip) << field;
}

}  // namespace
}  // namespace planwatch
