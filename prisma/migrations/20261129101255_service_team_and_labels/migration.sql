-- expands
-- AlterTable
ALTER TABLE "services" ADD COLUMN     "labels" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "team" TEXT;
