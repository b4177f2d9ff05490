// SPDX-License-Identifier: GPL-3.0-or-later
// Trains the blob network in a process of its own, for tst_trainer to kill: train_blobs FOLDER THREADS.
// Prints a line a step.
#include <cstdio>
#include <cstdlib>

#include "imaging/error.h"
#include "inference/network/trainer.h"
#include "tests/support/blob_training.h"

int main(int count, char** arguments) {
    if (count != 3) return 2;
    try {
        const std::filesystem::path folder = arguments[1];
        auto recipe = residua::test::blobRecipe();
        recipe.epochs = 3;
        recipe.augmentation.borderOnly = 0.2;  // with the gap's running means, which a checkpoint must keep
        recipe.borderGap = 0.01;
        recipe.threads = std::atoi(arguments[2]);
        const auto cache = residua::test::blobCache(folder, 160);
        residua::TrainingObserver observer;
        observer.step = [](int epoch, std::size_t step, std::size_t, double, double) {
            std::printf("epoch %d step %zu\n", epoch, step);
            std::fflush(stdout);
        };
        observer.note = [](const std::string& text) { std::printf("note %s\n", text.c_str()); };
        residua::train(recipe, cache, folder, {}, observer);
        return 0;
    } catch (const residua::Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
