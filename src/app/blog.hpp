#pragma once
// The blog in this process: which modules run here, and how the others are reached. The only code
// that knows every module. Who calls whom is decided here, by what a constructor is given.
#include <app/keys.hpp>
#include <app/storage.hpp>
#include <app/webhooks.hpp>
#include <comments/import.hpp>
#include <comments/module.hpp>
#include <comments/proxy.hpp>
#include <events/feed_proxy.hpp>
#include <events/follower.hpp>
#include <events/parked.hpp>
#include <http/call_service.hpp>
#include <memory>
#include <notifications/module.hpp>
#include <notifications/proxy.hpp>
#include <posts/import.hpp>
#include <posts/module.hpp>
#include <posts/proxy.hpp>
#include <saga/orchestrator.hpp>
#include <saga/sagas.hpp>
#include <set>
#include <stats/module.hpp>
#include <stats/proxy.hpp>
#include <topology/topology.hpp>
#include <users/import.hpp>
#include <users/module.hpp>
#include <users/proxy.hpp>

namespace cleave::app {

// How modules in other processes (or, with `loopback`, in this one) are reached.
class reachable {
public:
    virtual ~reachable() = default;
    // The channel to the process that runs the module.
    virtual channel& channel_to(std::string_view module) = 0;
};

struct blog_settings {
    std::filesystem::path data;
    std::set<std::string, std::less<>> here;  // modules that run in this process
    // Whether this process owns their data, or is a replica of one that does.
    sqlite::ownership ownership = sqlite::ownership::owner;
    // Whether another process may own it, now or after a hand-over; `others` leads there then.
    bool may_be_owned_elsewhere = false;
    topology::local_calls local = topology::local_calls::direct;
    storage_layout storage = storage_layout::separate;  // shared: all modules or none are here
    sqlite::durability durability = sqlite::durability::full;
    event_delivery delivery = event_delivery::feed;
    lookup authors = lookup::view;  // how reads come by them
    users::settings users{};
    outward::limits outward{};
    sqlite::writer::fatal_handler on_fatal;
};

class blog {
public:
    // Opens the databases of the modules that run here. Throws topology::config_error (one that is
    // not built in), sqlite::owned_elsewhere, sqlite::error, std::runtime_error.
    blog(blog_settings settings, io_threads& threads, reachable& others);
    ~blog();
    blog(const blog&) = delete;

    // To be called from this process; null for none: the module may be here or elsewhere.
    users::api& users() { return *users_; }
    posts::api& posts() { return *posts_; }
    comments::api& comments() { return *comments_; }
    notifications::api& notifications() { return *notifications_; }
    stats::api& stats() { return *stats_; }
    // For tools alone.
    users::deleting& deletions() { return *deletions_; }
    users::importing& users_import() { return *users_import_; }
    posts::importing& posts_import() { return *posts_import_; }
    comments::importing& comments_import() { return *comments_import_; }

    // What runs here, for the listeners.
    const http::call_service::services& services() const { return services_; }
    const http::route_table& routes() const { return routes_; }

    // A module's feed, wherever it runs. The proxy lives as long as the blog.
    events::feed& feed_of(std::string_view consumer, std::string_view publisher);

    struct store {
        std::string module;
        std::unique_ptr<sqlite::database> database;
        std::unique_ptr<events::outbox> outbox;
    };
    const std::vector<std::unique_ptr<store>>& stores() const { return stores_; }
    // Of users, where it runs here.
    std::optional<std::size_t> hashing_jobs() const;
    // What its modules have called, here and elsewhere.
    const std::vector<std::unique_ptr<call_counts>>& calls() const { return calls_; }

    // Begins to follow the feeds and to publish views, on I/O thread 0.
    void start();
    // Whether the data of the modules here is owned here: then commands are executed.
    const std::atomic<bool>& owns() const { return owns_; }
    // For a hand-over, on I/O thread 0: executes no command any more, finishes those that have
    // begun and lets another process have the databases. Queries are answered as before.
    async<void> let_go();
    // It was not to be. Throws as the constructor does.
    async<void> take_back();
    // Whether those who follow events here have applied all that there are. On I/O thread 0.
    result<bool> has_caught_up();
    // Where events are awaited: gives the commands that have begun a moment to be answered.
    async<void> answer_who_waits();
    // Ends what others wait for in the feeds, and stops following those of others.
    void close_feeds();
    // On I/O thread 0, when no request is under way any more: makes what is not yet told durable
    // and closes the databases for writing.
    async<void> stop();

private:
    bool runs_here(std::string_view module) const { return settings_.here.contains(module); }
    void open_shared();
    void make_modules();
    void offer_modules();
    platform open(const sqlite::migration_list& schema, sqlite::writer_limits limits = {});
    template <class Proxy, class Module>
    std::unique_ptr<Proxy> reach(std::string_view caller, Module* module);
    // The same, kept here: one for each module that calls.
    template <class Proxy, class Module>
    Proxy& reach_for(std::string_view caller, Module* module);
    call_counts& count_calls(std::string_view caller, std::string service, std::string_view mode,
                             std::vector<std::string> methods);
    template <class Api, class Module>
    void offer(Module& module);
    store* store_of(std::string_view module);
    template <class Module>
    void offer_parked(std::string_view name, Module& module);
    // blog_sagas.cpp
    void offer_sagas();
    void offer_saga_steps(std::string_view name, saga::action_list actions);
    void join_transactions(saga::journal& sagas);
    void orchestrate(std::string_view module, const saga::journal& sagas);
    std::unique_ptr<saga::participant_proxy> reach_participant(std::string_view caller,
                                                               const std::string& module);
    template <class Proxy, class Module>
    std::unique_ptr<Proxy> reach_import(std::string_view module, Module* here);
    template <class F>
    void for_each_follower(F&& f);  // f(module, its subscriptions)
    void agree_on_delivery();
    void follow(std::string_view module, std::vector<events::subscription> subscriptions);
    void begin_owning();
    async<void> publish_views();
    async<void> trim_feeds();

    blog_settings settings_;
    io_threads& threads_;
    reachable& others_;
    std::optional<token_signer> signer_;
    std::optional<sqlite::database> shared_;  // of which each store is a view then
    std::vector<std::unique_ptr<store>> stores_;
    std::vector<std::unique_ptr<serialized_channel>> serialized_;
    std::vector<std::unique_ptr<call_counts>> calls_;
    std::vector<std::shared_ptr<void>> proxies_;

    std::unique_ptr<outward_webhooks> webhooks_;
    std::unique_ptr<users::module> users_here_;
    std::unique_ptr<posts::module> posts_here_;
    std::unique_ptr<comments::module> comments_here_;
    std::unique_ptr<notifications::module> notifications_here_;
    std::unique_ptr<stats::module> stats_here_;

    std::unique_ptr<users::proxy> users_;
    std::unique_ptr<posts::proxy> posts_;
    std::unique_ptr<comments::proxy> comments_;
    std::unique_ptr<notifications::proxy> notifications_;
    std::unique_ptr<stats::proxy> stats_;
    std::unique_ptr<users::import_proxy> users_import_;
    std::unique_ptr<users::deletion_proxy> deletions_;
    std::unique_ptr<posts::import_proxy> posts_import_;
    std::unique_ptr<comments::import_proxy> comments_import_;

    http::call_service::services services_;
    http::route_table routes_;
    std::vector<std::unique_ptr<events::parked_events>> parked_;
    std::map<std::string, std::unique_ptr<saga::participant_service_of>, std::less<>> takes_part_;
    std::map<std::string, std::unique_ptr<saga::participant_proxy>, std::less<>> participants_;
    std::unique_ptr<saga::operating_service_of> operating_;
    std::unique_ptr<saga::orchestrator> orchestrator_;
    std::vector<std::unique_ptr<events::feed_proxy>> feeds_;
    std::vector<std::unique_ptr<events::follower>> followers_;
    std::vector<std::pair<std::string, std::string>> followed_;  // consumer and publisher
    std::atomic<bool> owns_ = true;
    worker_pool handing_over_{1, 1};
    bool stopping_ = false;
};

}  // namespace cleave::app
