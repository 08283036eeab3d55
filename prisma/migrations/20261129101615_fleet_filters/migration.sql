-- expands
-- CreateIndex
CREATE INDEX "events_type_id_idx" ON "events"("type", "id" DESC);

-- CreateIndex
CREATE INDEX "events_at_idx" ON "events"("at");

-- CreateIndex
CREATE INDEX "outbox_failed" ON "outbox"("created_at") WHERE (status = 'failed');

-- CreateIndex
CREATE INDEX "services_dependencies" ON "services" USING GIN ("dependencies");
