#include "daemon/token.hpp"

#include "config/json.hpp"
#include "daemon/schema.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace planwatch {
namespace {

std::string units_to_json(const std::vector<std::string>& units)
{
    std::string json = "[";
    for (const std::string& unit : units) {
        if (json.size() > 1) json += ',';
        append_json_string(json, unit);
    }
    return json += ']';
}

std::vector<std::string> units_of_json(std::string_view json)
{
    return boost::json::value_to<std::vector<std::string>>(boost::json::parse(boost::json::string_view{json.data(), json.size()}));
}

Token token_of(const Rows& rows)
{
    const std::optional<TokenRole> role = parse_token_role(rows.view(2));
    if (!role) throw SqliteError{0, "the database holds a token with the unknown role \"" + rows.text(2) + "\"; revoke token " + rows.text(0)};
    return {rows.integer(0), rows.text(1), *role, rows.text(3), units_of_json(rows.view(4)), rows.instant(5), rows.optional_instant(6),
            rows.optional_instant(7)};
}

constexpr std::string_view token_columns = "id, label, role, plan, units, created, revoked, expires";

void count_change(Database& database) { database.execute("UPDATE meta SET value = value + 1 WHERE name = 'token_changes'"); }

}  // namespace

std::string_view to_string(TokenRole role)
{
    switch (role) {
        case TokenRole::submit: return "submit";
        case TokenRole::read: return "read";
        case TokenRole::admin: return "admin";
    }
    return "";
}

std::optional<TokenRole> parse_token_role(std::string_view text)
{
    for (const TokenRole role : {TokenRole::submit, TokenRole::read, TokenRole::admin}) {
        if (to_string(role) == text) return role;
    }
    return std::nullopt;
}

namespace {

// Looks before the book prepares its statements, so that a file that is something else is named as that.
Database& checked(Database& database)
{
    check_version(database);
    return database;
}

}  // namespace

TokenBook::TokenBook(const std::string& path)
    : database_{path, Database::Mode::write},
      changes_{checked(database_), "SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'token_changes'"}
{
    database_.execute("PRAGMA synchronous = FULL");
    refresh();
}

std::string TokenBook::create(const Token& token, Instant now)
{
    std::string text = "pw_" + to_base64url(random_bytes());
    WriteTransaction transaction{database_};
    Statement insert{database_, "INSERT INTO token (hash, label, role, plan, units, created, expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
    insert.run(Bytes{sha256(text)}, token.label, to_string(token.role), token.plan, units_to_json(token.units), now, token.expires);
    count_change(database_);
    transaction.commit();
    return text;
}

bool TokenBook::revoke(std::int64_t id, Instant now)
{
    WriteTransaction transaction{database_};
    Statement update{database_, "UPDATE token SET revoked = ?2 WHERE id = ?1 AND revoked IS NULL RETURNING id"};
    const bool found = update.query(id, now).next();
    if (found) count_change(database_);
    transaction.commit();
    refresh();
    return found;
}

std::vector<Token> TokenBook::list()
{
    std::vector<Token> tokens;
    Statement select{database_, "SELECT " + std::string{token_columns} + " FROM token ORDER BY id"};
    for (Rows rows = select.query(); rows.next();) tokens.push_back(token_of(rows));
    return tokens;
}

// Found by its hash: how long the search takes says nothing about the text.
const Token* TokenBook::find(std::string_view text)
{
    const Digest hash = sha256(text);
    auto found = good_.find(hash);
    if (found == good_.end()) {
        refresh();
        found = good_.find(hash);
    }
    return found == good_.end() ? nullptr : &found->second;
}

void TokenBook::refresh()
{
    std::int64_t changes = 0;
    {
        Rows rows = changes_.query();
        if (rows.next()) changes = rows.integer(0);
    }
    if (changes == seen_) return;
    load();
    seen_ = changes;
}

std::vector<TokenExpiry> TokenBook::expiring() const
{
    std::vector<TokenExpiry> all;
    for (const auto& [hash, token] : good_)
        if (token.expires) all.push_back({token.id, std::string{to_string(token.role)}, *token.expires});
    std::ranges::sort(all, {}, &TokenExpiry::id);
    return all;
}

void TokenBook::load()
{
    std::map<Digest, Token> good;
    Statement select{database_, "SELECT " + std::string{token_columns} + ", hash FROM token WHERE revoked IS NULL"};
    for (Rows rows = select.query(); rows.next();) {
        Digest hash{};
        const Bytes stored = rows.bytes(8);
        std::copy_n(stored.begin(), std::min(stored.size(), hash.size()), hash.begin());
        good.emplace(hash, token_of(rows));
    }
    good_ = std::move(good);
}

}  // namespace planwatch
