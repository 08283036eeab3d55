-- expands
-- AlterTable
ALTER TABLE "runs" ADD COLUMN     "accepting" JSONB;
