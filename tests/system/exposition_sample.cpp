// exposition_sample text|openmetrics: ten thousand doubles and hostile texts as our serializer writes them, for
// exposition_test.py to hand to those who read such things. Each sample says in its labels what it should come back as: the bits of its
// value, and the bytes of its text.
#include "exporters/exposition.hpp"

#include <bit>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <limits>
#include <random>
#include <string_view>

using namespace planwatch;
using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

namespace {

std::string hex(std::uint64_t number)
{
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
    return text;
}

std::string hex(std::string_view bytes)
{
    std::string text;
    for (const char byte : bytes) {
        char two[3];
        std::snprintf(two, sizeof two, "%02x", static_cast<unsigned>(static_cast<unsigned char>(byte)));
        text += two;
    }
    return text;
}

ClientMetric gauge(std::vector<ClientMetric::Label> labels, double value)
{
    ClientMetric metric;
    metric.label = std::move(labels);
    metric.gauge.value = value;
    return metric;
}

MetricFamily doubles()
{
    MetricFamily family{"sample_double", "Random doubles, and those at the edges.", MetricType::Gauge, {}};
    using Limits = std::numeric_limits<double>;
    std::vector<double> values = {0.0, -0.0, Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity(), 1e308, Limits::max(), Limits::lowest(),
                                  Limits::min(), Limits::denorm_min(), -Limits::denorm_min(), 0.1 + 0.2, 9007199254740993.0, 1e17, 1e-6, 1e22};
    std::mt19937_64 random{20231020};
    while (values.size() < 10'016) {
        const double value = std::bit_cast<double>(random());
        if (value - value == 0) values.push_back(value);
    }
    for (const double value : values) family.metric.push_back(gauge({{"bits", hex(std::bit_cast<std::uint64_t>(value))}}, value));
    return family;
}

MetricFamily texts()
{
    MetricFamily family{"sample_text", "Help with a line\nbreak, a \\ and \"quotes\", 中文, \u202e and no UTF-8: \xff.", MetricType::Gauge, {}};
    const std::vector<std::string> all = {"",
                                          "plain",
                                          "区\"县\"",
                                          "a\nb\\nc\\",
                                          "}, # {x=\"y\"} 1",
                                          "\t\r\v\f \u2028\u0085",
                                          "\u202etxt.exe\u202c\u200b",
                                          "\xff\xfe",
                                          "\xe4\xb8",
                                          std::string{"nul\0byte", 8},
                                          std::string(5000, '\\')};
    for (const std::string& text : all) family.metric.push_back(gauge({{"bytes", hex(text)}, {"text", text}}, 1));
    return family;
}

}  // namespace

int main(int count, char** words)
{
    const std::string_view format = count == 2 ? words[1] : "";
    if (format != "text" && format != "openmetrics") {
        std::cerr << "usage: exposition_sample text|openmetrics\n";
        return 2;
    }
    std::cout << exposition({doubles(), texts()}, format == "text" ? ExpositionFormat::text : ExpositionFormat::openmetrics);
    return 0;
}
