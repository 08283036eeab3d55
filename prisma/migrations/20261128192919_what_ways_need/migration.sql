-- AlterTable
ALTER TABLE "services" ADD COLUMN     "rollback" JSONB NOT NULL DEFAULT '{}';
