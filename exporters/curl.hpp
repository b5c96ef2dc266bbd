// What every use of libcurl in this folder shares. For sources that blocking senders are made of; no public header needs it.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace planwatch {

struct CurlDeleter {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlHandle = std::unique_ptr<CURL, CurlDeleter>;
using CurlList = std::unique_ptr<curl_slist, CurlDeleter>;

// Throws std::runtime_error where libcurl gives none.
CurlHandle make_curl();

template <class T>
void set_option(CURL* curl, CURLoption option, T value)
{
    if (const CURLcode code = curl_easy_setopt(curl, option, value); code != CURLE_OK)
        throw std::runtime_error{std::string{"libcurl: "} + curl_easy_strerror(code)};
}

void append(CurlList& list, const std::string& line);

}  // namespace planwatch
