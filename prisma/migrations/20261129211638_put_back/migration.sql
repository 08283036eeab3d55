-- expands
-- AlterTable
ALTER TABLE "deployments" ADD COLUMN     "put_back" JSONB;
