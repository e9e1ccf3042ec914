#include <app/blog.hpp>
#include <app/built_in.hpp>
#include <app/known_modules.hpp>

namespace cleave::app {

namespace {

// What follows what others did leaves the processor to whom somebody waits for, and catches up in
// larger batches.
constexpr sqlite::writer_limits of_a_follower{.niceness = 10};

// Who applies what the module publishes, in whichever process.
std::vector<std::string> followers_of(std::string_view publisher) {
    std::vector<std::string> out;
    for (const auto& m : known_modules())
        if (std::ranges::find(m.follows, publisher) != m.follows.end()) out.push_back(m.name);
    return out;
}

}  // namespace

blog::blog(blog_settings settings, io_threads& threads, reachable& others)
    : settings_(std::move(settings)),
      threads_(threads),
      others_(others),
      owns_(settings_.ownership == sqlite::ownership::owner) {
    check_built_in(settings_.here);
    open_shared();
    make_modules();
    offer_modules();
    offer_sagas();
    if (owns_) agree_on_delivery();
}

blog::~blog() = default;

// In the order of knowledge: a module is made when those that it calls can be called. Of those that
// are not built in the compiler makes nothing here: they need not be linked.
void blog::make_modules() {
    if constexpr (built_in::users)
        if (runs_here("users")) {
            signer_.emplace(load_token_signer(settings_.data));
            settings_.users.logins.counted_in = settings_.data / "users.logins";
            users_here_ = users::make_module(open(users::migrations), *signer_, settings_.users);
        }
    users_ = reach<users::proxy>("process", users_here_.get());

    if constexpr (built_in::posts)
        if (runs_here("posts")) {
            posts::api* owner = nullptr;
            if (settings_.may_be_owned_elsewhere)
                owner = &reach_for<posts::proxy, posts::module>("posts", nullptr);
            posts_here_ = posts::make_module(open(posts::migrations),
                                             reach_for<users::proxy>("posts", users_here_.get()),
                                             threads_.size(), owner, settings_.authors);
        }
    posts_ = reach<posts::proxy>("process", posts_here_.get());

    if constexpr (built_in::comments)
        if (runs_here("comments"))
            comments_here_ = comments::make_module(
                open(comments::migrations), reach_for<posts::proxy>("comments", posts_here_.get()),
                reach_for<users::proxy>("comments", users_here_.get()), settings_.authors);
    comments_ = reach<comments::proxy>("process", comments_here_.get());

    if constexpr (built_in::notifications)
        if (runs_here("notifications")) {
            webhooks_ = std::make_unique<outward_webhooks>(settings_.outward);
            notifications_here_ = notifications::make_module(
                open(notifications::migrations, of_a_follower),
                reach_for<users::proxy>("notifications", users_here_.get()), *webhooks_);
        }
    notifications_ = reach<notifications::proxy>("process", notifications_here_.get());

    if constexpr (built_in::stats)
        if (runs_here("stats"))
            stats_here_ = stats::make_module(open(stats::migrations, of_a_follower),
                                             reach_for<posts::proxy>("stats", posts_here_.get()));
    stats_ = reach<stats::proxy>("process", stats_here_.get());
}

void blog::offer_modules() {
    if (users_here_) offer<users::api>(*users_here_);
    if (posts_here_) offer<posts::api>(*posts_here_);
    if (comments_here_) offer<comments::api>(*comments_here_);
    if (notifications_here_) offer<notifications::api>(*notifications_here_);
    if (stats_here_) offer<stats::api>(*stats_here_);
    users_import_ = reach_import<users::import_proxy>("users", users_here_.get());
    posts_import_ = reach_import<posts::import_proxy>("posts", posts_here_.get());
    comments_import_ = reach_import<comments::import_proxy>("comments", comments_here_.get());
    deletions_ = users_here_ ? std::make_unique<users::deletion_proxy>(users_here_->deletions())
                             : std::make_unique<users::deletion_proxy>(others_.channel_to("users"));
    if (users_here_)
        services_.emplace(users::deleting::module_name,
                          make_call_handler<users::deleting>(users_here_->deletions()));
    for (auto& s : stores_)
        services_.emplace(events::feed_service(s->module),
                          make_call_handler<events::feed>(*s->outbox));
    if (posts_here_) offer_parked("posts", *posts_here_);
    if (comments_here_) offer_parked("comments", *comments_here_);
    if (notifications_here_) offer_parked("notifications", *notifications_here_);
    if (stats_here_) offer_parked("stats", *stats_here_);
}

void blog::open_shared() {
    if (settings_.storage != storage_layout::shared || settings_.here.empty()) return;
    std::vector<sqlite::migration_list> all;
    if constexpr (built_in::users) all.push_back(users::migrations);
    if constexpr (built_in::posts) all.push_back(posts::migrations);
    if constexpr (built_in::comments) all.push_back(comments::migrations);
    if constexpr (built_in::notifications) all.push_back(notifications::migrations);
    if constexpr (built_in::stats) all.push_back(stats::migrations);
    shared_.emplace(settings_.data, std::string(shared_database), std::move(all), threads_.size(),
                    settings_.on_fatal, sqlite::writer_limits{.durable = settings_.durability},
                    sqlite::slow_read_limits{}, settings_.ownership);
}

platform blog::open(const sqlite::migration_list& schema, sqlite::writer_limits limits) {
    if (settings_.delivery == event_delivery::awaited) limits = {};  // somebody waits for it
    limits.durable = settings_.durability;
    auto opened = std::make_unique<store>();
    opened->module = schema.module;
    if (shared_)
        opened->database = std::make_unique<sqlite::database>(*shared_, schema.module);
    else
        opened->database = std::make_unique<sqlite::database>(
            settings_.data, schema, threads_.size(), settings_.on_fatal, limits,
            sqlite::slow_read_limits{}, settings_.ownership);
    opened->outbox = std::make_unique<events::outbox>(*opened->database);
    if (settings_.delivery == event_delivery::awaited)
        opened->outbox->await(followers_of(opened->module));
    stores_.push_back(std::move(opened));
    store& s = *stores_.back();
    return {*s.database, *s.outbox, system_clock(), secure_random()};
}

// The four ways to make the same call. A caller gets a proxy in each of them and cannot tell.
template <class Proxy, class Module>
std::unique_ptr<Proxy> blog::reach(std::string_view caller, Module* module) {
    using api = typename Proxy::api_type;
    std::string_view mode = "direct";
    std::unique_ptr<Proxy> made;
    if (!module || settings_.local == topology::local_calls::loopback) {
        mode = module ? "loopback" : "process";
        made = std::make_unique<Proxy>(others_.channel_to(Proxy::module_name));
    } else if (settings_.local == topology::local_calls::direct) {
        made = std::make_unique<Proxy>(*module);
    } else {
        mode = "serialized";
        serialized_.push_back(
            std::make_unique<serialized_channel>(make_call_handler<api>(*module)));
        made = std::make_unique<Proxy>(*serialized_.back());
    }
    made->count_in(count_calls(caller, Proxy::module_name, mode, method_names<api>()));
    return made;
}

template <class Proxy, class Module>
Proxy& blog::reach_for(std::string_view caller, Module* module) {
    std::shared_ptr<Proxy> kept = reach<Proxy>(caller, module);
    proxies_.push_back(kept);
    return *kept;
}

call_counts& blog::count_calls(std::string_view caller, std::string service, std::string_view mode,
                               std::vector<std::string> methods) {
    calls_.push_back(std::make_unique<call_counts>(std::string(caller), std::move(service),
                                                   std::string(mode), std::move(methods)));
    return *calls_.back();
}

template <class Api, class Module>
void blog::offer(Module& module) {
    routes_.add(Api::module_name, module.routes());
    services_.emplace(Api::module_name, make_call_handler<Api>(module));
}

std::optional<std::size_t> blog::hashing_jobs() const {
    if (!users_here_) return std::nullopt;
    return users_here_->hashing_jobs();
}

blog::store* blog::store_of(std::string_view module) {
    for (auto& s : stores_)
        if (s->module == module) return s.get();
    return nullptr;
}

template <class Module>
void blog::offer_parked(std::string_view name, Module& module) {
    parked_.push_back(
        std::make_unique<events::parked_events>(*store_of(name)->outbox, module.subscriptions()));
    services_.emplace(events::parked_service(name),
                      make_call_handler<events::parked_api>(*parked_.back()));
}

events::feed& blog::feed_of(std::string_view consumer, std::string_view publisher) {
    store* here = store_of(publisher);
    if (settings_.ownership == sqlite::ownership::replica) here = nullptr;  // the owner's alone
    std::string service = events::feed_service(publisher);
    if (here)
        feeds_.push_back(std::make_unique<events::feed_proxy>(*here->outbox));
    else
        feeds_.push_back(
            std::make_unique<events::feed_proxy>(others_.channel_to(publisher), service));
    feeds_.back()->count_in(count_calls(consumer, std::move(service), here ? "direct" : "process",
                                        method_names<events::feed>()));
    return *feeds_.back();
}

// A second service of a module that has one: imports come from tools alone, and take no part in
// the ways to call.
template <class Proxy, class Module>
std::unique_ptr<Proxy> blog::reach_import(std::string_view module, Module* here) {
    using api = typename Proxy::api_type;
    if (!here) return std::make_unique<Proxy>(others_.channel_to(module));
    services_.emplace(api::module_name, make_call_handler<api>(here->imports()));
    return std::make_unique<Proxy>(here->imports());
}

}  // namespace cleave::app
