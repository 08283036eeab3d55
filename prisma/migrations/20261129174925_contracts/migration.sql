-- expands
-- AlterTable
ALTER TABLE "deployments" ADD COLUMN     "contracts" JSONB NOT NULL DEFAULT '{"provides": {}, "needs": {}}';
