-- expands
-- AlterTable
ALTER TABLE "deployments" ADD COLUMN     "notices" JSONB NOT NULL DEFAULT '[]';
