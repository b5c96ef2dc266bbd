#include "daemon/http_target.hpp"

#include <boost/url.hpp>

namespace planwatch {
namespace {

namespace urls = boost::urls;

// Only origin form and absolute form name a resource.
boost::system::result<urls::url_view> parse_target(std::string_view target)
{
    if (target.starts_with('/')) return urls::parse_origin_form(target);
    return urls::parse_absolute_uri(target);
}

}  // namespace

bool read_target(std::string_view target, std::string& path, std::vector<QueryParameter>& query)
{
    const auto url = parse_target(target);
    if (!url) return false;
    url->encoded_path().decode({}, urls::string_token::assign_to(path));
    query.clear();
    if (url->has_query())
        for (urls::param parameter : url->params(urls::encoding_opts{})) query.push_back({std::move(parameter.key), std::move(parameter.value)});
    return true;
}

}  // namespace planwatch
