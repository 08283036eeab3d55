-- AlterTable
ALTER TABLE "incarnation" ADD COLUMN     "server_started_at" TIMESTAMPTZ(6);
