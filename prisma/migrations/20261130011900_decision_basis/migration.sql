-- expands
-- AlterTable
ALTER TABLE "decisions" ADD COLUMN     "basis" JSONB;
