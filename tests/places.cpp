#include "places.hpp"

namespace tilewright {

const char* const kSourceFolder = TILEWRIGHT_SOURCE_DIR;
const char* const kProgram = TILEWRIGHT_PROGRAM;
const char* const kMeasure = TILEWRIGHT_MEASURE;
const char* const kPluginFolder = TILEWRIGHT_PLUGIN_FOLDER;
const char* const kCMake = TILEWRIGHT_CMAKE;
const char* const kCompiler = TILEWRIGHT_CXX;

}  // namespace tilewright
