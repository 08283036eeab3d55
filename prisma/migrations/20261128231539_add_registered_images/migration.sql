-- AlterTable
ALTER TABLE "deployments" ADD COLUMN     "registered_images" JSONB NOT NULL DEFAULT '{}';
