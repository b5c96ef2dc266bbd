// Bearer tokens: who may do what over HTTP. The text of a token leaves once, when it is made; the database keeps its
// SHA-256 alone. Tokens can be made before the daemon first runs, and beside it while it runs.
#pragma once

#include "daemon/digest.hpp"
#include "daemon/sqlite.hpp"
#include "exporters/metrics.hpp"
#include "rules/result.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

enum class TokenRole : std::uint8_t {
    submit,  // hand in figures and filings for its units
    read,    // ask
    admin,   // everything, of its plan or of all
};
std::string_view to_string(TokenRole role);
std::optional<TokenRole> parse_token_role(std::string_view text);

struct Token {
    std::int64_t id = 0;
    std::string label;
    TokenRole role = TokenRole::read;
    std::string plan;                // empty: all plans
    std::vector<std::string> units;  // for submit; empty: all units of the plan
    Instant created{};
    std::optional<Instant> revoked;
    std::optional<Instant> expires;  // refused from then on; none: good until it is revoked

    bool expired(Instant now) const { return expires && *expires <= now; }
};

class TokenBook {
public:
    // The database at `path` must exist (a Store makes it).
    explicit TokenBook(const std::string& path);

    // Returns the token's text: "pw_" and 43 characters of base64url. `id`, `created` and `revoked` of `token` are not used.
    std::string create(const Token& token, Instant now);
    // False where there is no such token that is still good.
    bool revoke(std::int64_t id, Instant now);
    std::vector<Token> list();  // by id, the revoked ones too

    // The token that `text` is, unless revoked, also when it has expired; the pointer is good until the next call. What was made since the last look
    // is found at once; what was revoked by another process is refused from the next `refresh` on (call it once a second).
    const Token* find(std::string_view text);
    void refresh();
    // Those that are not revoked and expire some day, by id. As of the last look.
    std::vector<TokenExpiry> expiring() const;

private:
    void load();

    Database database_;
    Statement changes_;
    std::int64_t seen_ = -1;  // changes of the table when it was read
    std::map<Digest, Token> good_;
};

}  // namespace planwatch
