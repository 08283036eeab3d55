-- AlterTable
ALTER TABLE "check_states" DROP CONSTRAINT "check_states_pkey",
ADD COLUMN     "lane" INTEGER NOT NULL DEFAULT 0,
ADD CONSTRAINT "check_states_pkey" PRIMARY KEY ("run_id", "lane", "name");

-- AlterTable
ALTER TABLE "run_steps" ADD COLUMN     "lane" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "run_members" (
    "run_id" TEXT NOT NULL,
    "lane" INTEGER NOT NULL,
    "service_key" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "target_deployment_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "verdict" TEXT,
    "stop" JSONB,

    CONSTRAINT "run_members_pkey" PRIMARY KEY ("run_id","lane")
);

-- CreateIndex
CREATE UNIQUE INDEX "run_members_one_active" ON "run_members"("service_key") WHERE (status = ANY (ARRAY['queued'::text, 'running'::text]));

-- AddForeignKey
ALTER TABLE "run_members" ADD CONSTRAINT "run_members_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_members" ADD CONSTRAINT "run_members_service_key_fkey" FOREIGN KEY ("service_key") REFERENCES "services"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Every run so far is a run of one service.
INSERT INTO "run_members" ("run_id", "lane", "service_key", "deployment_id", "target_deployment_id", "status", "started_at", "finished_at", "verdict", "stop")
SELECT "id", 0, "service_key", "deployment_id", "target_deployment_id", "status", "started_at", "finished_at", "verdict", "stop" FROM "runs";

-- By hand: a run that is over has no active member, one that is taken up again has none that stopped. In the database, so
-- that no write of a run's status, by whichever build or hand, leaves a service locked or two runs at one service.
CREATE FUNCTION run_members_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status = ANY (ARRAY['queued', 'running']) THEN
    UPDATE run_members SET status = 'queued', verdict = NULL, stop = NULL, finished_at = NULL
    WHERE run_id = NEW.id AND status = ANY (ARRAY['stopped', 'cancelled']);
    UPDATE run_members SET status = 'running', started_at = NEW.started_at
    WHERE run_id = NEW.id AND lane = 0 AND status = 'queued' AND NEW.status = 'running'
      AND NOT EXISTS (SELECT 1 FROM run_members other WHERE other.run_id = NEW.id AND other.lane > 0);
  ELSE
    UPDATE run_members SET status = NEW.status, verdict = NEW.verdict, stop = NEW.stop, finished_at = NEW.finished_at
    WHERE run_id = NEW.id AND status = ANY (ARRAY['queued', 'running']);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER run_members_follow AFTER UPDATE OF status ON runs
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION run_members_follow();
