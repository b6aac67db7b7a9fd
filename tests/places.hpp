#pragma once

namespace tilewright {

// Where this clone, its build and the tools that built it are. In a source file of their own, so
// that all other objects of the tests are the same in every clone, and a compiler cache knows them.
extern const char* const kSourceFolder;
extern const char* const kProgram;
extern const char* const kMeasure;  // tools/measure.cpp
extern const char* const kPluginFolder;
extern const char* const kCMake;
extern const char* const kCompiler;

}  // namespace tilewright
