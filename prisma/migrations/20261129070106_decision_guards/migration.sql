-- expands
-- AlterTable
ALTER TABLE "decisions" ADD COLUMN     "guards" JSONB NOT NULL DEFAULT '[]';
