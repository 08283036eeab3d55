-- A person's wish to stop a run that may be in somebody's hands, and when it was written by the database's clock: a holder
-- that claimed the run before does not know of it.
ALTER TABLE "runs" ADD COLUMN "stop_asked" JSONB,
ADD COLUMN "stop_asked_at" TIMESTAMPTZ(3);

-- Who works on a run, also while it waits and nobody holds a lease; `seen_at` is the last sign of life about it.
ALTER TABLE "runs" ADD COLUMN "worker" TEXT,
ADD COLUMN "worker_since" TIMESTAMPTZ(3),
ADD COLUMN "worker_joined" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "seen_at" TIMESTAMPTZ(3);
