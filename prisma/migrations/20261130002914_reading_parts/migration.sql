-- expands
-- AlterTable
ALTER TABLE "readings" ADD COLUMN     "parts" JSONB;

-- AlterTable
ALTER TABLE "trigger_states" ADD COLUMN     "reading_parts" JSONB;
