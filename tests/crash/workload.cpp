#include "workload.hpp"

#include <functional>
#include <support/eventually.hpp>

namespace cleave::test {

namespace {

http_question post(std::string target, const json::value& body, std::string headers) {
    http_question question;
    question.method = "POST";
    question.target = std::move(target);
    question.headers = std::move(headers);
    question.body = json::serialize(body);
    return question;
}

std::int64_t id_in(const std::string& comment) {
    return json::parse(comment).at("comment").at("id").as_int64();
}

}  // namespace

// A connection for each: one that is kept is a matter of the system tests.
told send_once(const address& to, const http_question& question, int also_done) {
    try {
        auto answer = http_peer(to).ask(question);
        if (answer.status == also_done) return {outcome::done, std::move(answer.body)};
        switch (answer.status) {
            case 200:
            case 201:
            case 204: return {outcome::done, std::move(answer.body)};
            case 503: return {outcome::refused};
            case 504: return {outcome::unknown};
            default:
                throw std::runtime_error(question.method + " " + question.target + ": " +
                                         answer.head + "\n" + answer.body);
        }
    } catch (const not_connected&) {
        return {outcome::refused};
    } catch (const connection_lost&) {
        return {outcome::unknown};
    }
}

std::string send_until_done(const whereabouts& blog, const http_question& question, int also_done) {
    told last;
    const bool done = eventually([&] {
        last = send_once(blog.get(), question, also_done);
        return last.what == outcome::done;
    });
    if (!done) throw std::runtime_error("never done: " + question.target + " " + question.body);
    return last.body;
}

http_question new_comment(const visitor& who, const std::string& slug, const std::string& body) {
    return post(comments_path(slug), json::object{{"comment", json::object{{"body", body}}}},
                authorization(who.token));
}

http_question new_article(const visitor& who, const std::string& title) {
    return post("/api/articles",
                json::object{{"article",
                              json::object{{"title", title}, {"description", "d"}, {"body", "b"}}}},
                authorization(who.token));
}

http_question new_account(const std::string& name) {
    return post("/api/users",
                json::object{{"user", json::object{{"username", name},
                                                   {"email", name + "@example.com"},
                                                   {"password", password}}}},
                {});
}

workload::workload(const whereabouts& blog, const visitor& reader, const std::string& slug)
    : blog_(blog), reader_(reader), slug_(slug) {
    for (char name = 'a'; name <= 'l'; ++name) write_comments(std::string(1, name));
    write_comments_once();
    write_and_delete_comments();
    write_articles();
    open_accounts();
    read();
}

records& workload::finish() {
    finishing_ = true;
    threads_.clear();
    return records_;
}

double workload::writes_a_second() const {
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - began_;
    return static_cast<double>(writes_) / time.count();
}

// A thread that does the numbered steps until the end, or until something happens that may not.
void workload::start(const std::function<void(int)>& step) {
    threads_.emplace_back([this, step] {
        try {
            for (int i = 0; !finishing_; ++i) step(i);
        } catch (const std::exception& e) {
            const std::scoped_lock lock(records_.mutex);
            records_.failures.emplace_back(e.what());
        }
    });
}

void workload::write_comments(const std::string& name) {
    start([this, name](int i) {
        const auto text = name + "-" + std::to_string(i);
        auto question = new_comment(reader_, slug_, text);
        question.headers += idempotency_key(text);
        const auto id = id_in(send_until_done(blog_, question));
        ++writes_;
        const std::scoped_lock lock(records_.mutex);
        records_.comments[text] = id;
    });
}

// Nobody may send these again; so they show whether 503 is ever said of what was done.
void workload::write_comments_once() {
    start([this](int i) {
        const auto text = "once-" + std::to_string(i);
        const auto answer = send_once(blog_.get(), new_comment(reader_, slug_, text));
        const std::scoped_lock lock(records_.mutex);
        if (answer.what == outcome::done) ++writes_;
        if (answer.what == outcome::done) records_.comments[text] = id_in(answer.body);
        if (answer.what == outcome::refused) records_.refused.push_back(text);
        if (answer.what == outcome::unknown) records_.unknown.push_back(text);
    });
}

void workload::write_and_delete_comments() {
    start([this](int i) {
        const auto text = "gone-" + std::to_string(i);
        auto question = new_comment(reader_, slug_, text);
        question.headers += idempotency_key(text);
        const auto id = id_in(send_until_done(blog_, question));
        http_question end;
        end.method = "DELETE";
        end.target = comments_path(slug_) + "/" + std::to_string(id);
        end.headers = authorization(reader_.token);
        send_until_done(blog_, end, 404);
        writes_ += 2;
        const std::scoped_lock lock(records_.mutex);
        records_.deleted.push_back(text);
    });
}

void workload::write_articles() {
    start([this](int i) {
        const auto title = "Article " + std::to_string(i);
        auto question = new_article(reader_, title);
        question.headers += idempotency_key(title);
        const auto made = json::parse(send_until_done(blog_, question));
        const std::string slug(made.at("article").at("slug").as_string());
        send_until_done(blog_, post(article_path(slug) + "/favorite", json::object(),
                                    authorization(reader_.token)));
        writes_ += 2;
        const std::scoped_lock lock(records_.mutex);
        records_.articles.push_back(title);
    });
}

void workload::open_accounts() {
    start([this](int i) {
        const auto name = "account-" + std::to_string(i);
        auto question = new_account(name);
        question.headers = idempotency_key(name);
        send_until_done(blog_, question);
        ++writes_;
        const std::scoped_lock lock(records_.mutex);
        records_.accounts.push_back(name);
    });
}

void workload::read() {
    start([this](int) {
        // Not so often that there is no time left to write.
        const auto before = writes_.load();
        eventually([&] { return writes_ != before; }, std::chrono::milliseconds(5));
        http_question question;
        question.target = article_path(slug_);
        int status = 0;
        try {
            status = http_peer(blog_.get()).ask(question).status;
        } catch (const not_connected&) {
        } catch (const connection_lost&) {
        }
        if (status != 0 && status != 200 && status != 503 && status != 504)
            throw std::runtime_error("a read was answered " + std::to_string(status));
        const std::scoped_lock lock(records_.mutex);
        ++records_.reads_tried;
        if (status == 200) ++records_.reads_answered;
    });
}

}  // namespace cleave::test
