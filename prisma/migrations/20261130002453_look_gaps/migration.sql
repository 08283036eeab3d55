-- expands
-- AlterTable
ALTER TABLE "deployments" ADD COLUMN     "look_gaps" JSONB NOT NULL DEFAULT '[]';
