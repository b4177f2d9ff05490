// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/preprocess/foreground.h"

#include <itkConnectedComponentImageFilter.h>
#include <itkImage.h>
#include <itkLabelImageToShapeLabelMapFilter.h>
#include <itkOtsuThresholdImageFilter.h>

#include <algorithm>
#include <cmath>

#include "imaging/preprocess/resample.h"

namespace residua {
namespace {

using GreyImage = itk::Image<float, 2>;
using MaskImage = itk::Image<unsigned char, 2>;
using LabelImage = itk::Image<unsigned int, 2>;

constexpr int copySide = 128;

ResampleAxis shrunkAxis(int count, int side) {
    const double step = static_cast<double>(count) / side;
    return {step / 2 - 0.5, step, side, 0, side};
}

GreyImage::Pointer toItk(const std::vector<float>& values, int width, int height) {
    auto image = GreyImage::New();
    image->SetRegions(
        GreyImage::SizeType{static_cast<itk::SizeValueType>(width), static_cast<itk::SizeValueType>(height)});
    image->Allocate();
    std::copy(values.begin(), values.end(), image->GetBufferPointer());
    return image;
}

/// The largest component's bounding box in pixels of the copy; empty where nothing is brighter than the rest.
itk::ImageRegion<2> largestComponent(const GreyImage::Pointer& image) {
    auto threshold = itk::OtsuThresholdImageFilter<GreyImage, MaskImage>::New();
    threshold->SetInput(image);
    threshold->SetInsideValue(0);
    threshold->SetOutsideValue(1);
    auto components = itk::ConnectedComponentImageFilter<MaskImage, LabelImage>::New();
    components->SetInput(threshold->GetOutput());
    auto shapes = itk::LabelImageToShapeLabelMapFilter<LabelImage>::New();
    shapes->SetInput(components->GetOutput());
    shapes->Update();
    itk::ImageRegion<2> largest;
    itk::SizeValueType pixels = 0;
    for (const auto& object : shapes->GetOutput()->GetLabelObjects()) {
        if (object->GetNumberOfPixels() <= pixels) continue;
        pixels = object->GetNumberOfPixels();
        largest = object->GetBoundingBox();
    }
    return largest;
}

/// One axis of the box: margin, at least a quarter of the side, inside the image.
std::pair<double, double> widened(double start, double length, double side) {
    const double center = start + length / 2;
    length = std::min(std::max(length * 1.04, side / 4), side);
    return {std::clamp(center - length / 2, 0.0, side - length), length};
}

}  // namespace

PixelBox foregroundBox(const WindowedRows& rows) {
    const PixelBox whole{0, 0, static_cast<double>(rows.width()), static_cast<double>(rows.height())};
    const int width = std::min(rows.width(), copySide);
    const int height = std::min(rows.height(), copySide);
    const auto values = resample(rows, shrunkAxis(rows.width(), width), shrunkAxis(rows.height(), height));
    const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
    if (*highest - *lowest < 1e-6F) return whole;
    const auto region = largestComponent(toItk(values, width, height));
    if (region.GetNumberOfPixels() == 0) return whole;
    const double scaleX = whole.width / width;
    const double scaleY = whole.height / height;
    const auto [left, boxWidth] = widened(static_cast<double>(region.GetIndex(0)) * scaleX,
                                          static_cast<double>(region.GetSize(0)) * scaleX, whole.width);
    const auto [top, boxHeight] = widened(static_cast<double>(region.GetIndex(1)) * scaleY,
                                          static_cast<double>(region.GetSize(1)) * scaleY, whole.height);
    return {left, top, boxWidth, boxHeight};
}

}  // namespace residua
