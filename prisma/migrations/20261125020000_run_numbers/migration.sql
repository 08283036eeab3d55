-- AlterTable
ALTER TABLE "runs" ADD COLUMN     "number" BIGSERIAL NOT NULL;

-- Runs of before in the order in which they were asked for; there are as many numbers as there were, so the sequence goes on.
UPDATE "runs" SET "number" = ordered."number"
FROM (SELECT "id", row_number() OVER (ORDER BY "created_at", "id") AS "number" FROM "runs") ordered
WHERE ordered."id" = "runs"."id";
