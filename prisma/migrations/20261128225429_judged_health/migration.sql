-- AlterTable
ALTER TABLE "trigger_states" ADD COLUMN     "companion_detail" TEXT,
ADD COLUMN     "companion_kind" TEXT,
ADD COLUMN     "companion_trouble_reason" TEXT,
ADD COLUMN     "companion_trouble_since" TIMESTAMPTZ(3),
ADD COLUMN     "companion_value" DOUBLE PRECISION,
ADD COLUMN     "slots_healthy" INTEGER NOT NULL DEFAULT 0,
ALTER COLUMN "slots_answered" SET DEFAULT 0;
