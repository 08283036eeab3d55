-- expands
-- AlterTable
ALTER TABLE "runs" ADD COLUMN     "stop_condition" TEXT;
