-- expands
-- In which chunk it was judged: screens are told of each chunk of a slot once it is there.
-- AlterTable
ALTER TABLE "readings" ADD COLUMN     "chunk" INTEGER;
