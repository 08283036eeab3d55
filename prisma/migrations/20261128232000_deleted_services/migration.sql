-- AlterTable
ALTER TABLE "services" ADD COLUMN     "deleted_at" TIMESTAMPTZ(3);
