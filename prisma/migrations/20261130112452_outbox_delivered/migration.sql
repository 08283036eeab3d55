-- expands
-- CreateIndex
CREATE INDEX "outbox_delivered" ON "outbox"("notifier", "delivered_at") WHERE (status = 'delivered');
