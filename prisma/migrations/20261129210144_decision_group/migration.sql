-- expands
-- AlterTable
ALTER TABLE "decisions" ADD COLUMN     "group" JSONB;
