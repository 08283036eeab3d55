-- expands
-- AlterTable
ALTER TABLE "deployments" ADD COLUMN     "objects_before" JSONB;

-- AlterTable
ALTER TABLE "runs" ADD COLUMN     "removing" JSONB;
