// What the tests of an installation share: a program of somebody else, and the library as others
// would build it, but from the objects that lie here already.
#pragma once

#include <filesystem>
#include <string>
#include <tests/run.hpp>

// A program that prints "it learns\n" and leaves model.safetensors. It includes <ebb.hpp> alone.
extern const char* const user_program;

std::string in_quotes(const std::filesystem::path& path);

// Runs the line; a status other than 0 fails the test.
Finished shell(const std::string& line, const RunOptions& options);

// RunOptions for that folder, with the compiler of this build and without what would lead astray.
RunOptions options_in(const std::filesystem::path& folder);

// Installs what a build folder holds and moves it to place / "its own place": the prefix may be
// called anything. PKG_CONFIG_PATH in the options leads there.
std::filesystem::path install(const std::filesystem::path& build,
                              const std::filesystem::path& place, RunOptions& options);

// The one file of that name below the folder, or an empty path.
std::filesystem::path find_below(const std::filesystem::path& folder, const std::string& name);

// Gives a configured build of Ebb the objects of this one, instead of compiling them again, and
// runs the command that makes the target from them. The target's place is from the first folder.
void lend_objects(const std::filesystem::path& ebb_in_build);
void make_last(const std::filesystem::path& build, const std::string& target,
               const RunOptions& options);
