#pragma once
// The precompiled header of the tests.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cmake/pch.h"
