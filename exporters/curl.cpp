#include "exporters/curl.hpp"

#include <new>

namespace planwatch {

CurlHandle make_curl()
{
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started != CURLE_OK) throw std::runtime_error{"libcurl does not start"};
    CurlHandle curl{curl_easy_init()};
    if (!curl) throw std::runtime_error{"libcurl gives no handle"};
    return curl;
}

void append(CurlList& list, const std::string& line)
{
    curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
    if (!longer) throw std::bad_alloc{};
    (void)list.release();  // the list that begins with it is `longer`
    list.reset(longer);
}

}  // namespace planwatch
