-- Of an account that is gone, notifications_gone says so ('user'): nobody is told anything of it, nor
-- is it told anything. What it has caused is found by who did it.
CREATE INDEX notifications_notifications_actor ON notifications_notifications (actor_id);
