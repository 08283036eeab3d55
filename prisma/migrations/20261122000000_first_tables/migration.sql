-- CreateTable
CREATE TABLE "services" (
    "key" TEXT NOT NULL,
    "cluster" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "strategy" TEXT NOT NULL,
    "workloads" JSONB NOT NULL,
    "writers" JSONB NOT NULL,
    "dependencies" TEXT[],
    "trigger_sets" TEXT[],
    "triggers" JSONB NOT NULL,
    "checks" JSONB NOT NULL,
    "policy" JSONB NOT NULL,
    "last_release" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "services_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "trigger_sets" (
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "triggers" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "trigger_sets_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "deployments" (
    "id" TEXT NOT NULL,
    "service_key" TEXT NOT NULL,
    "release" INTEGER NOT NULL,
    "origin" TEXT NOT NULL,
    "idempotency_key" TEXT,
    "strategy" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "proof" TEXT NOT NULL,
    "version" TEXT,
    "commit" TEXT,
    "author" TEXT,
    "pipeline_url" TEXT,
    "previous_deployment_id" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "completed_at" TIMESTAMPTZ(3),
    "watch_ends_at" TIMESTAMPTZ(3),
    "watch_closed_at" TIMESTAMPTZ(3),
    "superseded_by" TEXT,
    "rolled_back_at" TIMESTAMPTZ(3),
    "rollback_reason" TEXT,
    "chunk" INTEGER NOT NULL,

    CONSTRAINT "deployments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "deployment_changes" (
    "deployment_id" TEXT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "target" JSONB NOT NULL,
    "before" JSONB,
    "after" JSONB,

    CONSTRAINT "deployment_changes_pkey" PRIMARY KEY ("deployment_id","ordinal")
);

-- CreateTable
CREATE TABLE "trigger_states" (
    "deployment_id" TEXT NOT NULL,
    "trigger" TEXT NOT NULL,
    "phase" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "held_ms" DOUBLE PRECISION NOT NULL,
    "last_slot" TIMESTAMPTZ(3),
    "last_judged_slot" TIMESTAMPTZ(3),
    "last_breach_slot" TIMESTAMPTZ(3),
    "reading_kind" TEXT,
    "reading_value" DOUBLE PRECISION,
    "reading_detail" TEXT,
    "trouble_since" TIMESTAMPTZ(3),
    "trouble_reason" TEXT,
    "slots_asked" INTEGER NOT NULL,
    "slots_answered" INTEGER NOT NULL,
    "ever_fired" BOOLEAN NOT NULL,

    CONSTRAINT "trigger_states_pkey" PRIMARY KEY ("deployment_id","trigger")
);

-- CreateTable
CREATE TABLE "slots" (
    "slot" TIMESTAMPTZ(3) NOT NULL,
    "chunk" INTEGER NOT NULL,
    "claimed_by" TEXT NOT NULL,
    "started" TIMESTAMPTZ(3) NOT NULL,
    "finished" TIMESTAMPTZ(3),
    "late_ms" DOUBLE PRECISION,
    "missed" INTEGER NOT NULL DEFAULT 0,
    "discarded" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "slots_pkey" PRIMARY KEY ("slot","chunk")
);

-- CreateTable
CREATE TABLE "chunks" (
    "chunk" INTEGER NOT NULL,
    "last_claimed" TIMESTAMPTZ(3),
    "last_finished" TIMESTAMPTZ(3),

    CONSTRAINT "chunks_pkey" PRIMARY KEY ("chunk")
);

-- CreateTable
CREATE TABLE "asks" (
    "slot" TIMESTAMPTZ(3) NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "chunk" INTEGER NOT NULL,
    "query" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "answer_digest" TEXT,
    "took_ms" DOUBLE PRECISION NOT NULL,
    "error" TEXT,

    CONSTRAINT "asks_pkey" PRIMARY KEY ("slot","id")
) PARTITION BY RANGE ("slot");

-- CreateTable
CREATE TABLE "readings" (
    "deployment_id" TEXT NOT NULL,
    "trigger" TEXT NOT NULL,
    "slot" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "value" DOUBLE PRECISION,
    "detail" TEXT,
    "threshold" DOUBLE PRECISION NOT NULL,
    "phase" TEXT NOT NULL,
    "held_ms" DOUBLE PRECISION NOT NULL,
    "late_ms" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "readings_pkey" PRIMARY KEY ("deployment_id","trigger","slot")
) PARTITION BY RANGE ("slot");

-- CreateTable
CREATE TABLE "fleet" (
    "id" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "fleet_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "trips" (
    "slot" TIMESTAMPTZ(3) NOT NULL,
    "service_key" TEXT NOT NULL,

    CONSTRAINT "trips_pkey" PRIMARY KEY ("slot","service_key")
);

-- CreateTable
CREATE TABLE "decisions" (
    "id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "service_key" TEXT NOT NULL,
    "slot" TIMESTAMPTZ(3) NOT NULL,
    "verdict" TEXT NOT NULL,
    "wanted" TEXT NOT NULL,
    "trigger" TEXT,
    "sentence" TEXT NOT NULL,
    "restraints" TEXT[],
    "evidence" JSONB NOT NULL,

    CONSTRAINT "decisions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "runs" (
    "id" TEXT NOT NULL,
    "service_key" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "target_deployment_id" TEXT NOT NULL,
    "requester_kind" TEXT NOT NULL,
    "requester" JSONB NOT NULL,
    "reason" TEXT NOT NULL,
    "evidence" JSONB,
    "status" TEXT NOT NULL,
    "plan" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "verdict" TEXT,
    "stop" JSONB,
    "not_before" TIMESTAMPTZ(3) NOT NULL,
    "wake_at" TIMESTAMPTZ(3) NOT NULL,
    "lease_holder" TEXT,
    "lease_until" TIMESTAMPTZ(3),
    "leased_at" TIMESTAMPTZ(3),
    "epoch" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "runs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run_steps" (
    "run_id" TEXT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "planned" JSONB NOT NULL,
    "status" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "due_at" TIMESTAMPTZ(3),
    "note" TEXT,

    CONSTRAINT "run_steps_pkey" PRIMARY KEY ("run_id","ordinal")
);

-- CreateTable
CREATE TABLE "check_states" (
    "run_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "verdict" TEXT NOT NULL,
    "passes_in_a_row" INTEGER NOT NULL,
    "passes_needed" INTEGER NOT NULL,
    "expected" TEXT NOT NULL,
    "actual" TEXT,
    "reason" TEXT,
    "attempts" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "last_attempt_at" TIMESTAMPTZ(3),
    "next_attempt_at" TIMESTAMPTZ(3),
    "deadline_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "check_states_pkey" PRIMARY KEY ("run_id","name")
);

-- CreateTable
CREATE TABLE "holds" (
    "id" TEXT NOT NULL,
    "service_key" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "template_digest" TEXT NOT NULL,
    "image_digests" TEXT[],
    "images" TEXT[],
    "reason" TEXT NOT NULL,
    "placed_at" TIMESTAMPTZ(3) NOT NULL,
    "released_at" TIMESTAMPTZ(3),
    "released_by" TEXT,

    CONSTRAINT "holds_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "events" (
    "id" BIGSERIAL NOT NULL,
    "type" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "service_key" TEXT NOT NULL,
    "deployment_id" TEXT,
    "run_id" TEXT,
    "text" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "xid" xid8 NOT NULL DEFAULT pg_current_xact_id(),
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbox" (
    "id" BIGSERIAL NOT NULL,
    "key" TEXT NOT NULL,
    "notifier" TEXT NOT NULL,
    "notification" JSONB NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "lease_holder" TEXT,
    "lease_until" TIMESTAMPTZ(3),
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "delivered_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "scope" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "operation_id" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "locked_until" TIMESTAMPTZ(3) NOT NULL,
    "response" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("scope","key")
);

-- CreateTable
CREATE TABLE "replicas" (
    "id" TEXT NOT NULL,
    "lock_no" SERIAL NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "replicas_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "incarnation" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "uuid" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "system_identifier" TEXT NOT NULL,
    "timeline" INTEGER NOT NULL,
    "database_oid" BIGINT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "incarnation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "deployments_watched" ON "deployments"("chunk") WHERE (watch_closed_at is null);

-- CreateIndex
CREATE INDEX "deployments_started_at_id_idx" ON "deployments"("started_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "deployments_service_key_release_key" ON "deployments"("service_key", "release");

-- CreateIndex
CREATE UNIQUE INDEX "deployments_service_key_idempotency_key_key" ON "deployments"("service_key", "idempotency_key");

-- CreateIndex
CREATE INDEX "decisions_service_key_slot_idx" ON "decisions"("service_key", "slot" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "decisions_deployment_id_slot_key" ON "decisions"("deployment_id", "slot");

-- CreateIndex
CREATE INDEX "runs_due" ON "runs"("wake_at") WHERE (status = ANY (ARRAY['queued'::text, 'running'::text]));

-- CreateIndex
CREATE INDEX "runs_service_key_created_at_idx" ON "runs"("service_key", "created_at" DESC);

-- CreateIndex
CREATE INDEX "runs_created_at_id_idx" ON "runs"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "runs_deployment_id_idx" ON "runs"("deployment_id");

-- CreateIndex
CREATE UNIQUE INDEX "runs_one_active" ON "runs"("service_key") WHERE (status = ANY (ARRAY['queued'::text, 'running'::text]));

-- CreateIndex
CREATE INDEX "holds_in_force" ON "holds"("service_key") WHERE (released_at is null);

-- CreateIndex
CREATE INDEX "events_xid_id_idx" ON "events"("xid", "id");

-- CreateIndex
CREATE INDEX "events_service_key_id_idx" ON "events"("service_key", "id" DESC);

-- CreateIndex
CREATE INDEX "events_deployment_id_id_idx" ON "events"("deployment_id", "id" DESC);

-- CreateIndex
CREATE INDEX "events_run_id_id_idx" ON "events"("run_id", "id" DESC);

-- CreateIndex
CREATE INDEX "outbox_due" ON "outbox"("next_at") WHERE (status = 'pending');

-- CreateIndex
CREATE UNIQUE INDEX "outbox_key_notifier_key" ON "outbox"("key", "notifier");

-- CreateIndex
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys"("created_at");

-- AddForeignKey
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_service_key_fkey" FOREIGN KEY ("service_key") REFERENCES "services"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deployment_changes" ADD CONSTRAINT "deployment_changes_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "deployments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trigger_states" ADD CONSTRAINT "trigger_states_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "deployments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "runs" ADD CONSTRAINT "runs_service_key_fkey" FOREIGN KEY ("service_key") REFERENCES "services"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_steps" ADD CONSTRAINT "run_steps_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "check_states" ADD CONSTRAINT "check_states_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "holds" ADD CONSTRAINT "holds_service_key_fkey" FOREIGN KEY ("service_key") REFERENCES "services"("key") ON DELETE RESTRICT ON UPDATE CASCADE;


-- By hand from here on.

-- The single rows. The incarnation's row is written at the first start, when the live identity is known.
INSERT INTO "fleet" ("id") VALUES (1);

-- The event log is append-only. `xid` alone may change: a restored log forgets the transaction numbers of its old home.
CREATE FUNCTION "refuse_event_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - 'xid') = (to_jsonb(OLD) - 'xid') THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'events are append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER "events_append_only" BEFORE UPDATE OR DELETE ON "events"
  FOR EACH ROW EXECUTE FUNCTION "refuse_event_change"();
