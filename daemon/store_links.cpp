// What stands behind a link in a message, and which were used.
#include "daemon/store_statements.hpp"

namespace planwatch {

bool Transaction::is_link_used(std::int64_t plan, std::uint64_t notice)
{
    Statement select{store_.database_, "SELECT 1 FROM used_link WHERE plan = ?1 AND notice = ?2"};
    return select.query(plan, notice).next();
}

void Transaction::use_link(std::int64_t plan, std::uint64_t notice, const LinkUse& use, std::uint64_t entry)
{
    Statement insert{store_.database_, "INSERT INTO used_link (plan, notice, at, until, author, entry) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
    insert.run(plan, notice, use.at, use.until, use.by, entry);
}

std::optional<LinkedNotice> StoreReader::linked_notice(std::int64_t plan, std::uint64_t number)
{
    LinkedNotice linked;
    {
        Statement name{database_, "SELECT name FROM plan WHERE id = ?1"};
        Rows rows = name.query(plan);
        if (!rows.next()) return std::nullopt;
        linked.plan = rows.text(0);
    }
    {
        Statement notice{database_, "SELECT " + std::string{notice_columns} + "WHERE plan = ?1 AND number = ?2"};
        Rows rows = notice.query(plan, number);
        if (!rows.next()) return std::nullopt;
        linked.notice = notice_row(rows).notice;
    }
    Statement use{database_, "SELECT at, until, author FROM used_link WHERE plan = ?1 AND notice = ?2"};
    if (Rows rows = use.query(plan, number); rows.next()) linked.use = LinkUse{rows.instant(0), rows.instant(1), rows.text(2)};
    return linked;
}

}  // namespace planwatch
