-- expands
-- AlterTable
ALTER TABLE "acknowledgements" ADD COLUMN     "taken_back_by" TEXT;
