-- expands
-- AlterTable
ALTER TABLE "outbox" ADD COLUMN     "failed_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "outbox_places" (
    "notifier" TEXT NOT NULL,
    "to_place" TEXT NOT NULL,
    "failing_since" TIMESTAMPTZ(3) NOT NULL,
    "refused_since" TIMESTAMPTZ(3),
    "last_error" TEXT NOT NULL,

    CONSTRAINT "outbox_places_pkey" PRIMARY KEY ("notifier","to_place")
);
