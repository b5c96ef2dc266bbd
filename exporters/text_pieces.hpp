// A text in pieces that somebody keeps and answers share, so that it is sent without a copy.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace planwatch {

struct TextPieces {
    std::vector<std::string_view> views;
    std::vector<std::shared_ptr<const void>> held;  // what the views look into, kept for as long as they are needed

    // At the end, a text of its own.
    void add(std::string text)
    {
        auto own = std::make_shared<const std::string>(std::move(text));
        views.emplace_back(*own);
        held.push_back(std::move(own));
    }
};

// What is replaced while answers may still look into it: it goes with the last answer that was made before. An answer holds all of it by
// one pointer, where a count of each piece's own would cost more than the text. One thread keeps it; `hold` may be let go on any.
class Retired {
public:
    void add(std::shared_ptr<const void> thing)
    {
        if (thing) now_->things.push_back(std::move(thing));
    }
    // What is replaced from here on stays until this is let go.
    std::shared_ptr<const void> hold() { return now_ = now_->next = std::make_shared<Round>(); }
    // False once all that was ever held is let go: who holds an earlier round holds this one too. Whatever they read they have read before.
    bool watched() const
    {
        if (now_.use_count() > 1) return true;
        std::atomic_thread_fence(std::memory_order_acquire);  // use_count() alone orders nothing
        return false;
    }

private:
    // What was replaced between two answers; the earlier one holds it, and by `next` all that was replaced later.
    struct Round {
        Round() = default;
        Round(const Round&) = delete;
        Round& operator=(const Round&) = delete;
        ~Round()  // not one within the other, however many there were
        {
            while (next && next.use_count() == 1) next = std::shared_ptr<Round>{std::move(next->next)};
        }
        std::vector<std::shared_ptr<const void>> things;
        std::shared_ptr<Round> next;
    };
    std::shared_ptr<Round> now_ = std::make_shared<Round>();
};

}  // namespace planwatch
