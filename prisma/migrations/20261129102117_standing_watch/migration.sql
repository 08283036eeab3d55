-- expands
-- AlterTable
-- Rows that are there are older ones; the newest of each service is named below.
ALTER TABLE "deployments" ADD COLUMN     "newest" BOOLEAN NOT NULL DEFAULT false;
UPDATE "deployments" d SET newest = true FROM "services" s WHERE s.key = d.service_key AND s.last_release = d.release;
ALTER TABLE "deployments" ALTER COLUMN "newest" SET DEFAULT true;

-- What stands from now on was given its chunk when chunks held only what was watched: it is spread anew over chunks of 250 of one
-- cluster, behind those in which something is watched.
WITH watched AS (SELECT coalesce(max(chunk) + 1, 0) AS chunks FROM "deployments" WHERE watch_closed_at IS NULL),
  standing AS (
    SELECT d.id, s.cluster, (row_number() OVER (PARTITION BY s.cluster ORDER BY s.key) - 1) / 250 AS part
    FROM "deployments" d JOIN "services" s ON s.key = d.service_key AND s.last_release = d.release
    WHERE s.deleted_at IS NULL AND d.watch_closed_at IS NOT NULL),
  placed AS (SELECT id, dense_rank() OVER (ORDER BY cluster, part) - 1 AS place FROM standing)
UPDATE "deployments" d SET chunk = watched.chunks + placed.place FROM placed, watched WHERE d.id = placed.id;

-- A chunk that was used before and is used again has missed no slots in between.
UPDATE "chunks" SET last_claimed = NULL WHERE chunk > 0 AND chunk > (SELECT coalesce(max(chunk), 0) FROM "deployments" WHERE watch_closed_at IS NULL);

-- AlterTable
ALTER TABLE "reading_series" ADD COLUMN     "detail" TEXT,
ADD COLUMN     "sample_detail" TEXT;

-- CreateTable
CREATE TABLE "acknowledgements" (
    "deployment_id" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "note" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "breaches" JSONB NOT NULL,

    CONSTRAINT "acknowledgements_pkey" PRIMARY KEY ("deployment_id")
);

-- CreateIndex
CREATE INDEX "deployments_newest" ON "deployments"("chunk") WHERE (newest);

-- AddForeignKey
ALTER TABLE "acknowledgements" ADD CONSTRAINT "acknowledgements_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "deployments"("id") ON DELETE CASCADE ON UPDATE CASCADE;
