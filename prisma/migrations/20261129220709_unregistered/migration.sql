-- expands
-- AlterTable
ALTER TABLE "deployments" ADD COLUMN     "stood" JSONB NOT NULL DEFAULT '[]';

-- AlterTable
ALTER TABLE "runs" ADD COLUMN     "including" JSONB;
