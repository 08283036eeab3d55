-- expands
-- AlterTable
ALTER TABLE "services" ADD COLUMN     "notify" JSONB NOT NULL DEFAULT '[]';
