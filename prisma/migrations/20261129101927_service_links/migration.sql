-- expands
-- AlterTable
ALTER TABLE "services" ADD COLUMN     "commit_url" TEXT,
ADD COLUMN     "compare_url" TEXT,
ADD COLUMN     "links" JSONB NOT NULL DEFAULT '[]';
