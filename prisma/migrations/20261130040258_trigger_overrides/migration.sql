-- expands
-- AlterTable
ALTER TABLE "services" ADD COLUMN     "trigger_overrides" JSONB NOT NULL DEFAULT '[]';
