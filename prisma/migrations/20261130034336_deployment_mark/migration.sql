-- expands
-- AlterTable
ALTER TABLE "deployments" ADD COLUMN     "mark" JSONB;
