-- expands
-- AlterTable
ALTER TABLE "outbox" ADD COLUMN     "failing_since" TIMESTAMPTZ(3),
ADD COLUMN     "fallback" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "fell_back_at" TIMESTAMPTZ(3),
ADD COLUMN     "given_up_at" TIMESTAMPTZ(3),
ADD COLUMN     "incident" TEXT,
ADD COLUMN     "not_before" TIMESTAMPTZ(3),
ADD COLUMN     "receipt" JSONB,
ADD COLUMN     "refused_since" TIMESTAMPTZ(3),
ADD COLUMN     "to_place" TEXT;

-- CreateIndex
CREATE INDEX "outbox_incident" ON "outbox"("incident", "notifier");
